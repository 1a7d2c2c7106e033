using System.Globalization;
using System.IO.Compression;

namespace NativeHost.Testing;

/// <summary>Sends a file or a range of it, with what is scripted to go wrong with ranges and bodies.</summary>
internal static class FileAnswer
{
    /// <param name="mayCompress">Whether the server compresses where the client takes it and no range is asked for, as the hub does with text.</param>
    public static async Task SendAsync(Exchange exchange, FileContent content, string etag, bool mayCompress)
    {
        var response = exchange.Response;
        var request = exchange.Context.Request;
        var fault = exchange.Fault;
        if (fault?.Kind == FaultKind.PointerBody)
        {
            await exchange.SendAsync("text/plain; charset=utf-8", content.LfsPointer());
            return;
        }

        etag = fault?.Kind == FaultKind.OtherETag ? $"\"other{etag.Trim('"')[5..]}\"" : etag;
        response.Headers.ETag = etag;
        response.Headers.AcceptRanges = "bytes";
        var ifRange = request.Headers.IfRange.ToString();
        var header = ifRange.Length > 0 && ifRange != etag ? null : exchange.Request.Range;
        if (!ByteSpan.TryRead(header, content.Length, out var part))
        {
            response.StatusCode = 416;
            response.Headers.ContentRange = $"bytes */{content.Length}";
            return;
        }

        if (mayCompress && part is null && !exchange.IsHead && request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
        {
            await SendCompressedAsync(exchange, content, new ByteSpan(0, content.Length));
            return;
        }

        if (part is { } range && fault?.Kind != FaultKind.FullBody)
        {
            response.StatusCode = 206;
            WriteContentRange(exchange, range, content.Length);
        }
        else
        {
            part = null;
        }

        var span = part ?? new ByteSpan(0, content.Length);
        if (fault?.Kind == FaultKind.GzipBody)
        {
            await SendCompressedAsync(exchange, content, span);
            return;
        }

        var at = fault?.At ?? (span.From + (span.Count / 2));
        response.ContentLength = fault?.Kind == FaultKind.ShortBody ? at - span.From : span.Count;
        if (!exchange.IsHead)
        {
            await new BodyWriter(exchange, content, at).WriteAsync(span);
        }
    }

    private static void WriteContentRange(Exchange exchange, ByteSpan range, long length)
    {
        var kind = exchange.Fault?.Kind;
        if (kind == FaultKind.NoContentRange)
        {
            return;
        }

        var shift = kind == FaultKind.WrongContentRange ? (range.From > 0 ? -1 : 1) : 0;
        var total = kind == FaultKind.WrongTotal ? length + 1 : length;
        exchange.Response.Headers.ContentRange =
            string.Create(CultureInfo.InvariantCulture, $"bytes {range.From + shift}-{range.End - 1 + shift}/{total}");
    }

    /// <summary>In chunks and so without a length, which nobody knows beforehand.</summary>
    private static async Task SendCompressedAsync(Exchange exchange, FileContent content, ByteSpan span)
    {
        exchange.Response.Headers.ContentEncoding = "gzip";
        var bytes = new byte[span.Count];
        content.Read(span.From, bytes);
        exchange.Hub.CountServed(bytes.Length);
        await using var gzip = new GZipStream(exchange.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
        await gzip.WriteAsync(bytes, exchange.Context.RequestAborted);
    }
}
