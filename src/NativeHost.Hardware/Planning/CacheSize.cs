namespace NativeHost.Hardware.Planning;

/// <summary>How many tokens llama.cpp's caches have room for.</summary>
/// <param name="Streams">Parts that are kept apart: the sequences, or one where they share.</param>
/// <param name="Cells">Tokens of each part.</param>
/// <param name="WindowCells">The same in layers that look back over a window only.</param>
/// <param name="GraphTokens">Tokens computed in one graph.</param>
internal sealed record CacheSize(int Streams, long Cells, long WindowCells, long GraphTokens)
{
    /// <summary>llama.cpp rounds contexts up to this.</summary>
    private const long Granularity = 256;

    public static CacheSize Of(ModelDimensions model, PlanSettings settings)
    {
        var sequences = settings.Sequences;
        var asked = settings.CacheTokens;
        var context = Padded(asked);
        var cells = settings.SharesCache ? context : Padded(context / sequences);
        var batch = Math.Min(asked, settings.BatchTokens);
        var microBatch = Math.Min(batch, settings.MicroBatchTokens);
        var window = ((long)model.Window * (settings.SharesCache ? sequences : 1)) + microBatch;
        return new CacheSize(
            settings.SharesCache ? 1 : sequences,
            cells,
            settings.KeepsWholeWindows ? cells : Padded(Math.Min(cells, window)),
            (microBatch + sequences - 1) / sequences * sequences);
    }

    public long CellsOf(ModelDimensions model, int layer) => model.IsWindowed(layer) ? WindowCells : Cells;

    /// <summary>A number of tokens as llama.cpp rounds it up.</summary>
    public static long Padded(long tokens) => (tokens + Granularity - 1) / Granularity * Granularity;
}
