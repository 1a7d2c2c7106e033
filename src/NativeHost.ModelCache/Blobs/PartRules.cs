using System.Net;
using System.Net.Http.Headers;

namespace NativeHost.ModelCache.Blobs;

/// <summary>Which answers are the stretch of a file that was asked for. Anything else is not written anywhere.</summary>
internal static class PartRules
{
    /// <summary>Checks all that is known before the first byte.</summary>
    /// <param name="from">First byte that was asked for.</param>
    /// <param name="end">The byte behind the last one.</param>
    /// <param name="size">Of the file.</param>
    /// <exception cref="TransferException">It is not.</exception>
    public static void Check(HttpResponseMessage response, RangeMode mode, long from, long end, long size, TimeProvider time)
    {
        CheckStatus(response, mode, time);
        var headers = response.Content.Headers;
        if (headers.ContentEncoding.Any(encoding => encoding != "identity"))
        {
            throw new TransferException(TransferTrouble.Refused, "the server compressed what must not be changed");
        }

        if (mode != RangeMode.Whole && !IsRange(headers.ContentRange, from, end, size))
        {
            throw new TransferException(TransferTrouble.Refused, "the server sent another part than was asked for");
        }

        if (headers.ContentLength is { } length && length != end - from)
        {
            throw new TransferException(TransferTrouble.Refused, "the server announced another length than was asked for");
        }
    }

    private static void CheckStatus(HttpResponseMessage response, RangeMode mode, TimeProvider time)
    {
        var status = response.StatusCode;
        if (status == (mode == RangeMode.Whole ? HttpStatusCode.OK : HttpStatusCode.PartialContent))
        {
            return;
        }

        var trouble = status switch
        {
            HttpStatusCode.TooManyRequests => TransferTrouble.Throttled,
            HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => TransferTrouble.Busy,
            _ => TransferTrouble.Refused,
        };
        throw new TransferException(trouble, $"the server answered {(int)status}")
        {
            Wait = trouble == TransferTrouble.Refused ? null : ServerPatience.Of(response, time),
        };
    }

    private static bool IsRange(ContentRangeHeaderValue? range, long from, long end, long size)
        => range is { Unit: "bytes" } && range.From == from && range.To == end - 1 && range.Length == size;
}
