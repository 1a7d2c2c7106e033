using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace NativeHost.Broker.Connecting;

/// <summary>The handshake at the end that connects.</summary>
/// <remarks>
/// By hand: the descriptions that the serializer makes of two records, and the tables that a JSON writer makes of what to escape,
/// take longer than all else that a front does at its start.
/// </remarks>
internal static class HandshakeFrames
{
    /// <summary>The frame that opens a connection, header included.</summary>
    public static byte[] Of(Hello hello)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""{"protocol":{{hello.Protocol}},"pid":{{hello.Pid}}""");
        Append(text, "version", hello.Version);
        Append(text, "kind", hello.Kind);
        Append(text, "origin", hello.Origin);
        var json = text.Append('}').ToString();
        var frame = new byte[sizeof(int) + Encoding.UTF8.GetByteCount(json)];
        Encoding.UTF8.GetBytes(json, frame.AsSpan(sizeof(int)));
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - sizeof(int));
        return frame;
    }

    /// <returns>Null where it is not what a broker answers.</returns>
    public static Answer? TryReadAnswer(ReadOnlySpan<byte> json)
    {
        try
        {
            return ReadAnswer(new Utf8JsonReader(json));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Answer? ReadAnswer(Utf8JsonReader reader)
    {
        string? status = null, version = null, code = null, message = null;
        var pid = 0;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("status"u8))
            {
                status = NextText(ref reader);
            }
            else if (reader.ValueTextEquals("version"u8))
            {
                version = NextText(ref reader);
            }
            else if (reader.ValueTextEquals("code"u8))
            {
                code = NextText(ref reader);
            }
            else if (reader.ValueTextEquals("message"u8))
            {
                message = NextText(ref reader);
            }
            else if (reader.ValueTextEquals("pid"u8))
            {
                reader.Read();
                if (!reader.TryGetInt32(out pid))
                {
                    return null;
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return reader.TokenType != JsonTokenType.EndObject || status is null || version is null ? null : new Answer(status, version, pid, code, message);
    }

    private static void Append(StringBuilder text, string name, string value)
    {
        text.Append(",\"").Append(name).Append("\":\"");
        foreach (var letter in value)
        {
            if (letter is '"' or '\\' or < ' ')
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            }
            else
            {
                text.Append(letter);
            }
        }

        text.Append('"');
    }

    private static string? NextText(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetString();
    }
}
