// A browser and a model at a time are enough for two cores, and the limits on time mean something.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
