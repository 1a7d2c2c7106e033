namespace NativeHost.Inference;

/// <summary>What <see cref="ModelLoadOptions"/> may ask every engine for.</summary>
public static class ModelLoadLimits
{
    /// <summary>llama.cpp's own bound (GGML_MAX_N_THREADS), and more than any machine gains from.</summary>
    public const int MaxThreads = 512;

    public const int MaxBatchTokens = 8192;

    /// <summary>More at once make each slower than a person reads.</summary>
    public const int MaxSequences = 64;

    /// <summary>The batch where nobody asks for one.</summary>
    public const int DefaultBatchTokens = 512;

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static void Check(ModelLoadOptions options)
    {
        CheckRange(options.ContextTokens, 1, int.MaxValue, nameof(options.ContextTokens));
        CheckRange(options.GpuLayers, -1, int.MaxValue, nameof(options.GpuLayers));
        CheckRange(options.Threads, 1, MaxThreads, nameof(options.Threads));
        CheckRange(options.BatchTokens, 1, MaxBatchTokens, nameof(options.BatchTokens));
        CheckRange(options.Sequences, 1, MaxSequences, nameof(options.Sequences));
    }

    private static void CheckRange(int? value, int least, int most, string name)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(name, value, $"It may be {least} to {most}.");
        }
    }
}
