using NativeHost.Inference;

namespace NativeHost.BitNet.Conversion;

/// <summary>The ways to split a text before its bytes are merged, which GGUF knows by names.</summary>
internal static class PreTokenizers
{
    private const string Llama3 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    // The ByteLevel step's own, where it is not told to leave it out.
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>What tokenizer.ggml.pre says.</summary>
    /// <param name="tokenizer">The whole tokenizer.json.</param>
    /// <exception cref="UnsupportedModelException">It is none of those known here: the texts of every answer would be split wrongly.</exception>
    public static string Identify(JsonField tokenizer)
    {
        var step = tokenizer.Find("pre_tokenizer") ?? throw Unknown("there is none");
        JsonField[] steps = step.Find("pretokenizers") is { } list ? [.. list.Items()] : [step];
        var bytes = steps[^1..] is [var last] && last.Text("type") == "ByteLevel" ? last : throw Unknown("it does not end with bytes");
        if (bytes.Flag("add_prefix_space") == true)
        {
            throw Unknown("it puts a space before every text");
        }

        var patterns = steps[..^1].Select(PatternOf).ToList();
        if (bytes.Flag("use_regex") ?? true)
        {
            patterns.Add(Gpt2);
        }

        return patterns switch
        {
            [Llama3] => "llama-bpe",
            [Gpt2] => "gpt-2",
            _ => throw Unknown($"it splits by {string.Join(", then by ", patterns)}"),
        };
    }

    private static string PatternOf(JsonField step)
    {
        var type = step.Text("type");
        return type == "Split" && step.Object("pattern").Text("Regex") is { } pattern && step.Text("behavior") == "Isolated" && step.Flag("invert") != true
            ? pattern
            : throw Unknown($"it has a step of the kind {type}");
    }

    private static UnsupportedModelException Unknown(string problem)
        => new("pre-tokenizer", $"Not converted: the tokenizer splits texts in a way that is not known here ({problem}); known are llama-bpe and gpt-2.");
}
