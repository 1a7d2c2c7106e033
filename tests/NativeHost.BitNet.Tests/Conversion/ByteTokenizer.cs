using System.Text.Json;

namespace NativeHost.BitNet.Tests.Conversion;

/// <summary>A tokenizer.json whose vocabulary is the bytes, some merged pairs, and the control tokens of Llama 3.</summary>
internal static class ByteTokenizer
{
    public const string Llama3Steps =
        """
        {"type": "Sequence", "pretokenizers": [
          {"type": "Split", "pattern": {"Regex": "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"}, "behavior": "Isolated", "invert": false},
          {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]}
        """;

    /// <param name="count">Size of the vocabulary; its last four are control tokens.</param>
    /// <param name="steps">The pre_tokenizer, in JSON.</param>
    /// <param name="more">Further fields, each with a comma before it.</param>
    public static string Json(int count, string steps, string more = "")
    {
        var vocabulary = new Dictionary<string, int>();
        var merges = new List<string>();
        for (var next = 0; next < 256; next++)
        {
            vocabulary[((char)(next is >= '!' and <= '~' ? next : 0x100 + next)).ToString()] = next;
        }

        for (var first = 'a'; vocabulary.Count < count - 5; first++)
        {
            vocabulary[$"{first}e"] = vocabulary.Count;
            merges.Add($"{first} e");
        }

        string[] controls = ["<|begin_of_text|>", "<|end_of_text|>", "<|not_special|>", "<|eot_id|>"];
        var added = controls.Select((text, i) => $$"""{"id": {{count - 4 + i}}, "content": "{{text}}", "special": {{(i == 2 ? "false" : "true")}}}""");
        return $$"""
            {
              "added_tokens": [{{string.Join(',', added)}}], "normalizer": null, "pre_tokenizer": {{steps}},
              "model": {"type": "BPE", "vocab": {{{string.Join(',', vocabulary.Select(token => $"{Quoted(token.Key)}: {token.Value}"))}}},
                        "merges": [{{string.Join(',', merges.Select(Quoted))}}]} {{more}}
            }
            """;
    }

    public static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
