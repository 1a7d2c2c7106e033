using System.Net.Http.Headers;

namespace NativeHost.Testing;

/// <summary>The part of a file that an answer holds.</summary>
/// <param name="From">First byte.</param>
/// <param name="End">Behind the last byte.</param>
internal readonly record struct ByteSpan(long From, long End)
{
    public long Count => End - From;

    /// <summary>What a Range header asks for.</summary>
    /// <returns>False where there is nothing of that in the file: 416. A header that is no range, or more than one, asks for the whole file.</returns>
    public static bool TryRead(string? header, long length, out ByteSpan? span)
    {
        span = null;
        if (header is null || !RangeHeaderValue.TryParse(header, out var range) || range.Unit != "bytes" || range.Ranges.Count != 1)
        {
            return true;
        }

        var part = range.Ranges.First();
        var from = part.From ?? Math.Max(0, length - part.To!.Value);
        var end = part.From is null ? length : Math.Min(length, (part.To ?? (length - 1)) + 1);
        if (from >= end)
        {
            return false;
        }

        span = new(from, end);
        return true;
    }
}
