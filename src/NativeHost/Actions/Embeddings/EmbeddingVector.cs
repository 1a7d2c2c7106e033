using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace NativeHost.Actions.Embeddings;

/// <summary>A vector as clients get it: an array of numbers, or the numbers' bytes in base64.</summary>
/// <param name="Numbers">[dimensions].</param>
/// <param name="IsBase64">32-bit floats, the least byte first, as OpenAI's clients read them.</param>
[JsonConverter(typeof(EmbeddingVectorConverter))]
internal sealed record EmbeddingVector(ReadOnlyMemory<float> Numbers, bool IsBase64);

internal sealed class EmbeddingVectorConverter : JsonConverter<EmbeddingVector>
{
    public override EmbeddingVector Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => throw new NotSupportedException("Vectors are only written.");

    public override void Write(Utf8JsonWriter writer, EmbeddingVector value, JsonSerializerOptions options)
    {
        var numbers = value.Numbers.Span;
        if (!value.IsBase64)
        {
            writer.WriteStartArray();
            foreach (var number in numbers)
            {
                writer.WriteNumberValue(number);
            }

            writer.WriteEndArray();
            return;
        }

        var bytes = new byte[numbers.Length * sizeof(float)];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), numbers[i]);
        }

        writer.WriteBase64StringValue(bytes);
    }
}
