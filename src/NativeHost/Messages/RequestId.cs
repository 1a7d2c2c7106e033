using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeHost.Messages;

/// <summary>What a client calls one of its requests: a text or an integer, echoed as it came.</summary>
[JsonConverter(typeof(RequestIdConverter))]
internal readonly record struct RequestId(string? Text, long Number)
{
    /// <summary>Most bytes of a text id.</summary>
    public const int MaxBytes = 128;

    public override string ToString() => Text ?? Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

internal sealed class RequestIdConverter : JsonConverter<RequestId>
{
    public override RequestId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => reader.TokenType == JsonTokenType.String ? new(reader.GetString(), 0) : new(null, reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, RequestId value, JsonSerializerOptions options)
    {
        if (value.Text is not null)
        {
            writer.WriteStringValue(value.Text);
        }
        else
        {
            writer.WriteNumberValue(value.Number);
        }
    }
}
