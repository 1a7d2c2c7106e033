using NativeHost.Gguf;

namespace NativeHost.Benchmarks.Models;

/// <summary>A byte-level vocabulary that can spell any text, as large and as costly to load as that of Llama 3.</summary>
/// <remarks>The bytes, then strings of two, three and four letters with their merges, then the control tokens.</remarks>
internal static class ByteLevelVocabulary
{
    private const int NormalKind = 1;
    private const int ControlKind = 3;
    private const char SpaceMark = '\u0120';
    private const int EndOfText = 1;
    private const int EndOfTurn = 9;

    /// <param name="count">How many tokens, 512 at least.</param>
    public static void AddTo(GgufWriter writer, int count)
    {
        var controls = count >= 2048 ? 256 : 16;
        var tokens = new List<string>(count);
        var merges = new List<string>();
        tokens.AddRange(ByteTexts());
        AddWords(tokens, merges, count - controls);
        for (var i = 0; i < controls; i++)
        {
            tokens.Add(i switch
            {
                0 => "<|begin_of_text|>",
                EndOfText => "<|end_of_text|>",
                EndOfTurn => "<|eot_id|>",
                _ => $"<|reserved_special_token_{i}|>",
            });
        }

        var kinds = new int[count];
        kinds.AsSpan().Fill(NormalKind);
        kinds.AsSpan(count - controls).Fill(ControlKind);
        writer.Add("tokenizer.ggml.model", "gpt2");
        writer.Add("tokenizer.ggml.pre", "llama-bpe");
        writer.Add("tokenizer.ggml.tokens", tokens);
        writer.Add("tokenizer.ggml.token_type", kinds);
        writer.Add("tokenizer.ggml.merges", merges);
        writer.Add("tokenizer.ggml.bos_token_id", (uint)(count - controls));
        writer.Add("tokenizer.ggml.eos_token_id", (uint)(count - controls + EndOfText));
        writer.Add("tokenizer.ggml.padding_token_id", (uint)(count - controls + EndOfText));
        writer.Add("tokenizer.ggml.add_bos_token", true);
    }

    /// <summary>The character that stands for each byte in the texts of tokens: itself where it is a visible one, else one from U+0100 on.</summary>
    public static IEnumerable<string> ByteTexts()
    {
        var next = 0x100;
        for (var value = 0; value < 256; value++)
        {
            var isVisible = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            yield return ((char)(isVisible ? value : next++)).ToString();
        }
    }

    /// <summary>Each longer word can be merged from a shorter one that is there; four letters from two and two as well.</summary>
    private static void AddWords(List<string> tokens, List<string> merges, int count)
    {
        const string Letters = "abcdefghijklmnopqrstuvwxyz";
        IReadOnlyList<string> shorter = [.. Letters.Select(letter => letter.ToString()), SpaceMark.ToString()];
        for (var length = 2; length <= 4; length++)
        {
            var longer = new List<string>();
            foreach (var start in shorter)
            {
                foreach (var letter in Letters)
                {
                    if (tokens.Count == count)
                    {
                        return;
                    }

                    var word = start + letter;
                    longer.Add(word);
                    tokens.Add(word);
                    merges.Add($"{start} {letter}");
                    if (length == 4)
                    {
                        merges.Add($"{word[..2]} {word[2..]}");
                    }
                }
            }

            shorter = longer;
        }

        throw new ArgumentOutOfRangeException(nameof(count), count, "There are not as many words.");
    }
}
