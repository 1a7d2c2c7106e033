using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using NativeHost.Messages;

namespace NativeHost.Front;

/// <summary>Whole frames to the browser. Safe to call from any thread.</summary>
internal sealed class BrowserOutput(Stream stream)
{
    private readonly Lock _lock = new();

    /// <summary>Writes a frame, header included.</summary>
    /// <exception cref="BrowserGoneException">The browser does not read any more.</exception>
    public void Write(ReadOnlySpan<byte> frame)
    {
        lock (_lock)
        {
            try
            {
                stream.Write(frame);
                stream.Flush();
            }
            catch (IOException e)
            {
                throw new BrowserGoneException(e);
            }
        }
    }

    /// <summary>Answers a request with an error.</summary>
    /// <param name="code">An error code of the protocol.</param>
    /// <exception cref="BrowserGoneException">The browser does not read any more.</exception>
    public void WriteError(OpenRequest request, string code, string message)
    {
        using var frame = new MemoryStream();
        frame.Write(stackalloc byte[sizeof(int)]);
        using (var json = new Utf8JsonWriter(frame, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (request.IsLater)
            {
                WriteLaterError(json, request.Id?.ToString() ?? "unknown", code, message);
            }
            else
            {
                WriteError(json, request.Id, code, message);
            }

            json.WriteEndObject();
        }

        var bytes = frame.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - sizeof(int));
        Write(bytes);
    }

    private static void WriteError(Utf8JsonWriter json, RequestId? id, string code, string message)
    {
        if (id is { Text: { } text })
        {
            json.WriteString("requestId"u8, text);
        }
        else if (id is { } named)
        {
            json.WriteNumber("requestId"u8, named.Number);
        }

        json.WriteString("status"u8, "error"u8);
        json.WriteString("message"u8, message);
        json.WriteString("code"u8, code);
    }

    private static void WriteLaterError(Utf8JsonWriter json, string id, string code, string message)
    {
        json.WriteString("request_id"u8, id);
        json.WriteBoolean("success"u8, false);
        json.WriteStartObject("error"u8);
        json.WriteString("code"u8, "BACKEND_ERROR"u8);
        json.WriteString("message"u8, $"Backend error: {message}");
        json.WriteStartObject("details"u8);
        json.WriteString("code"u8, code);
        json.WriteEndObject();
        json.WriteString("request_id"u8, id);
        json.WriteEndObject();
    }
}

/// <summary>The browser does not read any more.</summary>
internal sealed class BrowserGoneException(IOException inner) : Exception("The browser is gone.", inner);
