using System.Globalization;
using NativeHost.Gguf;

namespace NativeHost.Benchmarks.Models;

/// <summary>A SentencePiece vocabulary that can spell any text: bytes, then all short strings of letters.</summary>
internal static class RandomVocabulary
{
    private const uint Unknown = 0;
    private const uint Begin = 1;
    private const uint End = 2;
    private const string WordMark = "\u2581";

    // The kinds of tokens, as numbered in tokenizer.ggml.token_type.
    private const int NormalKind = 1;
    private const int UnknownKind = 2;
    private const int ControlKind = 3;
    private const int ByteKind = 6;

    public static void AddTo(GgufWriter writer, int count)
    {
        var tokens = new List<string>(count) { "<unk>", "<s>", "</s>" };
        var kinds = new List<int>(count) { UnknownKind, ControlKind, ControlKind };
        for (var value = 0; value < 256; value++)
        {
            tokens.Add($"<0x{value.ToString("X2", CultureInfo.InvariantCulture)}>");
            kinds.Add(ByteKind);
        }

        foreach (var piece in Pieces().Take(count - tokens.Count))
        {
            tokens.Add(piece);
            kinds.Add(NormalKind);
        }

        // Shorter pieces come first and score higher, so words are put together from the left and from small parts.
        var scores = Enumerable.Range(0, tokens.Count).Select(i => kinds[i] == NormalKind ? -i : 0f).ToArray();
        writer.Add("tokenizer.ggml.model", "llama");
        writer.Add("tokenizer.ggml.tokens", tokens);
        writer.Add("tokenizer.ggml.scores", scores);
        writer.Add("tokenizer.ggml.token_type", kinds.ToArray());
        writer.Add("tokenizer.ggml.unknown_token_id", Unknown);
        writer.Add("tokenizer.ggml.bos_token_id", Begin);
        writer.Add("tokenizer.ggml.eos_token_id", End);
        writer.Add("tokenizer.ggml.add_bos_token", true);
    }

    /// <summary>The word mark, then a, ▁a, b, ▁b … zzz, ▁zzz: more than 36,000 pieces.</summary>
    private static IEnumerable<string> Pieces()
    {
        const string Letters = "abcdefghijklmnopqrstuvwxyz";
        yield return WordMark;
        IReadOnlyList<string> shorter = [""];
        for (var length = 1; length <= 3; length++)
        {
            var longer = shorter.SelectMany(start => Letters.Select(letter => start + letter)).ToList();
            foreach (var piece in longer)
            {
                yield return piece;
                yield return WordMark + piece;
            }

            shorter = longer;
        }
    }
}
