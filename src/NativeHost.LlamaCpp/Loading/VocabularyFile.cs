using NativeHost.Gguf;

namespace NativeHost.LlamaCpp.Loading;

/// <summary>A GGUF file that holds nothing but a model's vocabulary, so that llama.cpp reads those of models that it does not know.</summary>
internal static class VocabularyFile
{
    private const string KeyPrefix = "tokenizer.ggml.";
    private const string SplitterKey = KeyPrefix + "pre";

    /// <summary>How Llama 3 splits a text into words, in llama.cpp's terms.</summary>
    private const string Llama3Splitter = "llama-bpe";
    private const int Llama3Tokens = 128_256;
    private const int Llama3Merges = 280_147;

    /// <summary>Writes the vocabulary of a model.</summary>
    /// <param name="stream">Empty, and can seek.</param>
    /// <exception cref="ModelFormatException">The vocabulary is damaged, or llama.cpp would end the process over it.</exception>
    /// <exception cref="EndOfStreamException">The file became shorter since its header was read.</exception>
    public static void Write(GgufFile model, Stream stream)
    {
        HeaderRules.CheckDistinctTokens(model);

        // Of a vocabulary alone llama.cpp reads no more of the architecture than its name.
        using var writer = new GgufWriter("llama");
        writer.Copy(model, KeyPrefix);
        if (LacksSplitter(model))
        {
            writer.Add(SplitterKey, Llama3Splitter);
        }

        writer.Write(stream);
    }

    /// <summary>
    /// Whether the splitter has to be added. The files of BitNet 2B4T do not name it, and without a name llama.cpp splits as GPT-2
    /// does, which the model was not trained on.
    /// </summary>
    private static bool LacksSplitter(GgufFile model) =>
        !model.Metadata.Keys.Contains(SplitterKey)
        && model.Metadata.Text(KeyPrefix + "model") == "gpt2"
        && (model.Architecture is "bitnet-b1.58" or "bitnet-25"
            || (model.Metadata.ArrayLength(KeyPrefix + "tokens") == Llama3Tokens && model.Metadata.ArrayLength(KeyPrefix + "merges") == Llama3Merges));
}
