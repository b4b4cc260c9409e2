"""A second factor for staff: a code from an app on their phone, or one of the codes they keep on paper."""
