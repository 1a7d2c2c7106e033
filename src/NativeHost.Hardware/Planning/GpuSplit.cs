namespace NativeHost.Hardware.Planning;

/// <summary>Finds how many layers GPUs can hold.</summary>
public static class GpuSplit
{
    /// <summary>The plan with as many of the wanted layers on GPUs as fit there; with none where not even one does.</summary>
    /// <param name="gpuBytes">Free memory of the GPUs together; null where they share the machine's, then all do.</param>
    /// <param name="planWith">The plan with so many layers there; its bytes on GPUs are never less for more of them.</param>
    public static MemoryPlan Largest(int wantedLayers, long? gpuBytes, Func<int, MemoryPlan> planWith)
    {
        var plan = planWith(wantedLayers);
        if (wantedLayers == 0 || Fits(plan))
        {
            return plan;
        }

        var (fits, tooMany) = (0, wantedLayers);
        while (tooMany - fits > 1)
        {
            var middle = fits + ((tooMany - fits) / 2);
            (fits, tooMany) = Fits(planWith(middle)) ? (middle, tooMany) : (fits, middle);
        }

        return planWith(fits);

        bool Fits(MemoryPlan candidate) => candidate.GpuBytes <= (gpuBytes ?? long.MaxValue);
    }
}
