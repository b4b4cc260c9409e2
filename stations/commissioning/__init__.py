"""From the box into service: steps that are seen to be done, by staff or by an installer with a link."""
