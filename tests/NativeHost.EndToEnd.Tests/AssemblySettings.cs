// Browsers and hosts are measured against the clock here; two at once would measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
