namespace NativeHost.Hardware.Planning;

/// <summary>Which layers of a model look back over a window only, as llama.cpp decides it by architecture.</summary>
internal static class SlidingWindows
{
    /// <summary>What llama.cpp takes for Gemma 2 where its file does not say.</summary>
    private const int Gemma2Window = 4096;

    /// <summary>Tokens; 0 for architectures whose window llama.cpp does not use.</summary>
    public static int SizeOf(string architecture, int inHeader)
        => PeriodOf(architecture) is null ? 0 : architecture == "gemma2" && inHeader == 0 ? Gemma2Window : inHeader;

    /// <summary>All but every so many layers have the window.</summary>
    /// <param name="inHeader">The period in the file; null for none, or for a list, which llama.cpp does not read for these architectures.</param>
    public static bool[] LayersOf(string architecture, int layers, int allLayers, int window, long? inHeader)
    {
        var windowed = new bool[allLayers];
        if (window > 0 && PeriodOf(architecture) is { } usual)
        {
            var period = inHeader ?? usual;
            for (var layer = 0; layer < Math.Min(layers, allLayers); layer++)
            {
                windowed[layer] = period == 0 || layer % period < period - 1;
            }
        }

        return windowed;
    }

    private static int? PeriodOf(string architecture) => architecture switch
    {
        "gemma2" or "gpt-oss" => 2,
        "cohere2" or "olmo2" => 4,
        "gemma3n" => 5,
        "gemma3" => 6,
        _ => null,
    };
}
