using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NativeHost.Framing;

namespace NativeHost.Actions.Conversations;

/// <summary>How much of a list fits into one answer.</summary>
internal static class FrameRoom
{
    /// <summary>What lists may take; the rest of a frame is for a conversation (about 80 KiB at most) and small fields.</summary>
    public const int Bytes = FrameLimits.MaxOutboundBytes - (96 * 1024);

    /// <summary>Bytes of text that fit with all else that a message may have, whatever characters they are.</summary>
    public const int SafeTextBytes = 112 * 1024;

    /// <summary>How many of the first items fit.</summary>
    /// <param name="room">Bytes of JSON that they may take.</param>
    public static int CountOf<T>(IEnumerable<T> items, JsonTypeInfo<T> type, int room = Bytes)
    {
        var count = 0;
        foreach (var item in items)
        {
            room -= BytesOf(item, type) + 1;
            if (room < 0)
            {
                break;
            }

            count++;
        }

        return count;
    }

    /// <summary>Bytes of an item's JSON as frames have it.</summary>
    public static int BytesOf<T>(T item, JsonTypeInfo<T> type) => Written(item, type).WrittenCount;

    /// <summary>An item's JSON as frames have it.</summary>
    public static string TextOf<T>(T item, JsonTypeInfo<T> type) => Encoding.UTF8.GetString(Written(item, type).WrittenSpan);

    private static ArrayBufferWriter<byte> Written<T>(T item, JsonTypeInfo<T> type)
    {
        var written = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(written, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        JsonSerializer.Serialize(json, item, type);
        json.Flush();
        return written;
    }
}
