"""A problem that staff, a site host or a fleet manager report in the portal: the verb is `stations.reports.make`."""
