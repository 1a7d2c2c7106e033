namespace NativeHost.BitNet.Heads;

/// <summary>The rows with the largest logits, gathered part by part of the vocabulary by whichever thread has computed a part.</summary>
/// <remarks>Keeps copies of the logits: whoever chooses late must not find some of them rescored already.</remarks>
/// <param name="rows">[parts × count]: memory of somebody else's, who outlives this.</param>
/// <param name="logits">[parts × count], likewise.</param>
/// <param name="parts">Parts of the vocabulary; which of them a row belongs to changes nothing.</param>
/// <param name="count">Most rows on the list.</param>
internal readonly unsafe struct Shortlist(int* rows, float* logits, int parts, int count)
{
    public int Count => count;

    /// <summary>Notes the largest of a part, once its logits are computed.</summary>
    public void Note(int part, int firstRow, int endRow, float* allLogits)
    {
        var partRows = rows + (part * count);
        var partLogits = logits + (part * count);
        var found = LargestRows.Find(allLogits, firstRow, endRow, partRows, count);
        for (var k = 0; k < count; k++)
        {
            partLogits[k] = k < found ? allLogits[partRows[k]] : float.NegativeInfinity;
        }
    }

    /// <summary>The largest of all parts, once all are noted; every thread gets the same.</summary>
    /// <param name="chosen">[<see cref="Count"/>]: gets the rows, in no order.</param>
    /// <returns>How many they are.</returns>
    public int Choose(int* chosen)
    {
        var found = LargestRows.Find(logits, 0, parts * count, chosen, count);
        for (var k = 0; k < found; k++)
        {
            chosen[k] = rows[chosen[k]];
        }

        return found;
    }
}
