using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeHost.Actions.Hardware;

/// <summary>Reads a number; what is none becomes not-a-number, so that the action says in its own words what it wants.</summary>
internal sealed class NumberOrNothing : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            return reader.GetDouble();
        }

        reader.Skip();
        return double.NaN;
    }

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
