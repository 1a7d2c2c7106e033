namespace NativeHost.Search.Vectors;

/// <summary>Keeps the best of many by score; of equal ones those that came first.</summary>
internal sealed class BestHits(int count)
{
    // The worst is at the root.
    private readonly PriorityQueue<int, (double Score, int Age)> _heap = new(count + 1);

    /// <summary>What a score has to be above to count; minus infinity while there is room.</summary>
    public double Threshold => _heap.Count < count ? double.NegativeInfinity : _heap.TryPeek(out _, out var worst) ? worst.Score : double.PositiveInfinity;

    /// <param name="slot">Grows from call to call.</param>
    public void Add(int slot, double score)
    {
        if (_heap.Count < count)
        {
            _heap.Enqueue(slot, (score, -slot));
        }
        else if (score > Threshold)
        {
            _heap.EnqueueDequeue(slot, (score, -slot));
        }
    }

    /// <summary>All of them, the best first.</summary>
    public List<(int Slot, double Score)> Sorted()
        => [.. _heap.UnorderedItems.Select(item => (Slot: item.Element, item.Priority.Score)).OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Slot)];
}
