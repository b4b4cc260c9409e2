"""Runs the whole of DrivePower on one machine: data servers, portal and OCPP endpoint, worker, beat, demo stations.

A child that ends is started again; a data server that ends takes everything down, because its clients cannot know
what was lost on the way, and the next start recovers in a second. Whatever is killed, nothing stays behind.
"""
