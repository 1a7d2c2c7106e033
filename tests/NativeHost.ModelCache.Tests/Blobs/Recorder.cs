using NativeHost.ModelCache.Blobs;

namespace NativeHost.ModelCache.Tests.Blobs;

/// <summary>Keeps what a download told.</summary>
internal sealed class Recorder : IProgress<BlobProgress>
{
    private readonly Lock _lock = new();
    private readonly List<BlobProgress> _all = [];
    private readonly List<long> _times = [];

    public IReadOnlyList<BlobProgress> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _all];
            }
        }
    }

    /// <summary>The most that was told within one second, but for the last word.</summary>
    public int MostInOneSecond
    {
        get
        {
            lock (_lock)
            {
                var times = _times.SkipLast(1).ToList();
                return times.Count == 0 ? 0 : times.Max(from => times.Count(time => time >= from && TimeProvider.System.GetElapsedTime(from, time) < TimeSpan.FromSeconds(1)));
            }
        }
    }

    public void Report(BlobProgress value)
    {
        lock (_lock)
        {
            _all.Add(value);
            _times.Add(TimeProvider.System.GetTimestamp());
        }
    }
}
