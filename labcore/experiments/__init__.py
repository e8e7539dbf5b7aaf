"""The same at scale: settings × seeds, the statistics of what they show, and what the five reports say."""
