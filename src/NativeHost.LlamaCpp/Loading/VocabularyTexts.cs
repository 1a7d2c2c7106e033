using System.Text;
using NativeHost.Gguf;

namespace NativeHost.LlamaCpp.Loading;

/// <summary>The texts of a model's tokens, as they stand in its file.</summary>
internal static class VocabularyTexts
{
    private const string Key = "tokenizer.ggml.tokens";

    /// <summary>The texts in order, a character for each of their bytes; none where the file has no such list.</summary>
    /// <exception cref="ModelFormatException">The list is none of texts.</exception>
    public static IEnumerable<string> Of(GgufFile file)
    {
        if (file.Metadata.ArrayOffset(Key) is not { } offset || file.Metadata.ArrayLength(Key) is not { } count)
        {
            yield break;
        }

        using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 64 * 1024);
        using var reader = new BinaryReader(stream);
        stream.Position = offset;
        for (var index = 0L; index < count; index++)
        {
            // A list of something else has other bytes here, and what they say may lie behind the end.
            var place = stream.Position;
            var left = file.TensorTableOffset - place - sizeof(ulong);
            var length = left >= 0 ? reader.ReadUInt64() : ulong.MaxValue;
            if (left < 0 || length > (ulong)left)
            {
                throw new ModelFormatException(file.Path, place, $"{Key} is no list of texts.");
            }

            yield return Encoding.Latin1.GetString(reader.ReadBytes((int)length));
        }
    }
}
