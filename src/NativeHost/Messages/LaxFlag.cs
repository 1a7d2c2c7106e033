using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeHost.Messages;

/// <summary>Reads true or false as flags of settings are read: also 1 and 0, the texts of these, yes and no; null counts as absent.</summary>
internal sealed class LaxFlag : JsonConverter<bool>
{
    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False or JsonTokenType.Null => false,
        JsonTokenType.Number when reader.TryGetInt32(out var number) && number is 0 or 1 => number == 1,
        JsonTokenType.String when reader.ValueTextEquals("true"u8) || reader.ValueTextEquals("yes"u8) || reader.ValueTextEquals("1"u8) => true,
        JsonTokenType.String when reader.ValueTextEquals("false"u8) || reader.ValueTextEquals("no"u8) || reader.ValueTextEquals("0"u8) => false,
        _ => throw new JsonException("It must be true or false."),
    };

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
}
