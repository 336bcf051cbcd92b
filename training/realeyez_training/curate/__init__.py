"""From folders and S3 prefixes to a data set that can be trusted: a manifest and its pictures."""
