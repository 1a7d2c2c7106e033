using NativeHost.Inference;

namespace NativeHost.LlamaCpp;

/// <summary>What <see cref="ModelLoadOptions"/> may ask for, and what is chosen where it says nothing.</summary>
internal static class LlamaLoadLimits
{
    /// <summary>llama.cpp's own bound (GGML_MAX_N_THREADS).</summary>
    public const int MaxThreads = 512;

    public const int MaxBatchTokens = 8192;

    public const int DefaultBatchTokens = 512;

    /// <summary>
    /// The context where nobody asks for one, or the model's own where that is smaller. Models for 128 K tokens and more are common,
    /// and their caches would fill a laptop's memory for conversations that are rarely so long.
    /// </summary>
    public const int DefaultContextTokens = 8192;

    /// <summary>The least context that is still of use; a choice of our own never goes below it.</summary>
    public const int LeastContextTokens = 512;

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static void Check(ModelLoadOptions options)
    {
        CheckRange(options.ContextTokens, 1, int.MaxValue, nameof(options.ContextTokens));
        CheckRange(options.GpuLayers, -1, int.MaxValue, nameof(options.GpuLayers));
        CheckRange(options.Threads, 1, MaxThreads, nameof(options.Threads));
        CheckRange(options.BatchTokens, 1, MaxBatchTokens, nameof(options.BatchTokens));
    }

    private static void CheckRange(int? value, int least, int most, string name)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(name, value, $"It may be {least} to {most}.");
        }
    }
}
