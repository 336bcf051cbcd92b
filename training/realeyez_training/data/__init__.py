"""Pictures and what is known of them: the manifest, how one is made, where the files lie."""
