using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeHost.Actions.Models;

/// <summary>Reads a text; what is none becomes <see cref="Wrong"/>, so that it does no harm where the same is said by another name.</summary>
internal sealed class TextOrWrong : JsonConverter<string>
{
    /// <summary>Stands for what is no text; no client can send it, because no address has this character.</summary>
    public const string Wrong = "\0";

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return Wrong;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
