using System.Net.Http.Headers;

namespace NativeHost.Testing;

/// <summary>The faults that are to happen. Of those that an answer could have, it has the first.</summary>
/// <remarks>Safe to change while the hub answers.</remarks>
public sealed class FaultScript
{
    private readonly Lock _changing = new();
    private readonly List<Entry> _entries = [];
    private int _happened;

    /// <summary>How many answers had a fault, since the hub started.</summary>
    public int Happened => Volatile.Read(ref _happened);

    public void Add(Fault fault)
    {
        lock (_changing)
        {
            _entries.Add(new Entry(fault));
        }
    }

    public void Clear()
    {
        lock (_changing)
        {
            _entries.Clear();
        }
    }

    internal Fault? Next(RecordedRequest request, int page)
    {
        lock (_changing)
        {
            foreach (var entry in _entries.Where(entry => Fits(entry.Fault, request, page)))
            {
                if (entry.Fault.HappensTo(++entry.Seen))
                {
                    Interlocked.Increment(ref _happened);
                    return entry.Fault;
                }
            }

            return null;
        }
    }

    private static bool Fits(Fault fault, RecordedRequest request, int page)
        => request.Kind != RequestKind.Control
            && (fault.Target is null || fault.Target == request.Kind)
            && (fault.Method is null || fault.Method == request.Method)
            && (fault.File is null || fault.File == request.File)
            && (fault.Page is null || fault.Page == page)
            && (request.Method == "GET" || !fault.IsOfBody)
            && (fault.At is null || Covers(request.Range, fault.At.Value));

    private static bool Covers(string? range, long at)
        => !RangeHeaderValue.TryParse(range, out var parsed)
            || parsed.Ranges.Any(part => (part.From ?? 0) <= at && at <= (part.To ?? long.MaxValue));

    private sealed class Entry(Fault fault)
    {
        public Fault Fault { get; } = fault;

        /// <summary>Requests that fitted.</summary>
        public int Seen { get; set; }
    }
}
