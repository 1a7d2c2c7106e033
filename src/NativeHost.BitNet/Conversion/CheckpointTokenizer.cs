using NativeHost.Gguf;
using NativeHost.Inference;

namespace NativeHost.BitNet.Conversion;

/// <summary>The byte-level vocabulary of a checkpoint, in GGUF's words.</summary>
internal sealed class CheckpointTokenizer
{
    private const string FileName = "tokenizer.json";
    private const string ConfigName = "tokenizer_config.json";
    private const string TemplateName = "chat_template.jinja";
    private const string EndOfTurn = "<|eot_id|>";

    // The kinds of tokens, as numbered in tokenizer.ggml.token_type.
    private const int NormalKind = 1;
    private const int ControlKind = 3;
    private const int UserDefinedKind = 4;
    private const int UnusedKind = 5;

    private readonly string[] _tokens;
    private readonly int[] _kinds;
    private readonly List<string> _merges = [];
    private readonly Dictionary<string, int> _added = new(StringComparer.Ordinal);
    private readonly string _preTokenizer;
    private bool _beginsWithToken;
    private int? _begin;
    private int? _end;
    private int? _padding;
    private string? _template;

    private CheckpointTokenizer(JsonField root, int vocabularySize)
    {
        var model = root.Object("model");
        if (model.Text("type") is var type && (type != "BPE" || model.Flag("byte_fallback") == true))
        {
            throw new UnsupportedModelException($"{type}", $"Not converted: the tokenizer is of the kind {type}, not byte-level BPE.");
        }

        if (root.Find("normalizer") is not null)
        {
            throw new UnsupportedModelException("normalizer", "Not converted: the tokenizer changes texts before it splits them (normalizer), which GGUF has no words for.");
        }

        _preTokenizer = PreTokenizers.Identify(root);
        _tokens = new string[vocabularySize];
        _kinds = new int[vocabularySize];
        foreach (var (text, id) in model.Object("vocab").Properties())
        {
            Set(id, text, NormalKind);
        }

        foreach (var token in root.Find("added_tokens")?.Items() ?? [])
        {
            var text = token.Text("content") ?? throw token.Refused("has no content");
            var id = token.Find("id") ?? throw token.Refused("has no id");
            Set(id, text, token.Flag("special") == true ? ControlKind : UserDefinedKind);
            _added[text] = id.Integer();
        }

        CheckDistinct(root);
        _merges.AddRange((model.Find("merges")?.Items() ?? []).Select(Merge));
        _beginsWithToken = FirstOfTemplate(root) is { } first && _added.TryGetValue(first, out var begin) && (_begin = begin) is not null;
    }

    /// <param name="config">config.json, which names tokens where the tokenizer's own files do not.</param>
    /// <exception cref="ModelFormatException">A file is damaged, or a token has an impossible number.</exception>
    /// <exception cref="UnsupportedModelException">It is no byte-level BPE, or splits texts in a way that is not known.</exception>
    /// <exception cref="IOException">tokenizer.json is missing or cannot be read.</exception>
    public static CheckpointTokenizer Read(string folder, JsonField config, int vocabularySize)
    {
        using var json = CheckpointJson.Read(Path.Combine(folder, FileName));
        var tokenizer = new CheckpointTokenizer(json.Root, vocabularySize);
        var configPath = Path.Combine(folder, ConfigName);
        if (File.Exists(configPath))
        {
            using var ownConfig = CheckpointJson.Read(configPath);
            tokenizer.ReadConfig(ownConfig.Root);
        }

        tokenizer._begin ??= FirstId(config, "bos_token_id");
        tokenizer._end ??= FirstId(config, "eos_token_id");
        tokenizer._padding ??= FirstId(config, "pad_token_id");
        var template = Path.Combine(folder, TemplateName);
        if (File.Exists(template))
        {
            tokenizer._template = File.ReadAllText(template);
        }

        return tokenizer;
    }

    public void AddTo(GgufWriter writer)
    {
        writer.Add("tokenizer.ggml.model", "gpt2");
        writer.Add("tokenizer.ggml.pre", _preTokenizer);
        writer.Add("tokenizer.ggml.tokens", _tokens);
        writer.Add("tokenizer.ggml.token_type", _kinds);
        writer.Add("tokenizer.ggml.merges", _merges);
        AddId("bos_token_id", _begin);
        AddId("eos_token_id", _end);
        AddId("padding_token_id", _padding);
        AddId("eot_token_id", _added.TryGetValue(EndOfTurn, out var turn) ? turn : null);
        writer.Add("tokenizer.ggml.add_bos_token", _beginsWithToken);
        if (_template is not null)
        {
            writer.Add("tokenizer.chat_template", _template);
        }

        void AddId(string key, int? id)
        {
            if (id is >= 0 && id < _tokens.Length)
            {
                writer.Add($"tokenizer.ggml.{key}", (uint)id);
            }
        }
    }

    private void Set(JsonField id, string text, int kind)
    {
        var number = id.Integer();
        if ((uint)number >= (uint)_tokens.Length)
        {
            throw id.Refused($"is the token {number}; the model has {_tokens.Length} of them");
        }

        // Added tokens stand in the vocabulary too, with the same text.
        if (_tokens[number] is { } other && other != text)
        {
            throw id.Refused($"gives the token {number} a second text");
        }

        (_tokens[number], _kinds[number]) = (text, kind);
    }

    /// <summary>Numbers without a token get one that no text has; then no two may be the same, which would end llama.cpp.</summary>
    private void CheckDistinct(JsonField root)
    {
        var distinct = new HashSet<string>(StringComparer.Ordinal);
        for (var id = 0; id < _tokens.Length; id++)
        {
            if (_tokens[id] is null)
            {
                (_tokens[id], _kinds[id]) = ($"[PAD{id}]", UnusedKind);
            }

            if (!distinct.Add(_tokens[id]))
            {
                throw root.Refused($"gives two tokens the same text; the second is {id}");
            }
        }
    }

    /// <summary>Two texts that are put together: in one text with a space between, or as a list.</summary>
    private static string Merge(JsonField merge)
    {
        if (merge.IsText)
        {
            return merge.Text();
        }

        return merge.Items().ToArray() is [var left, var right] && !(left.Text() + right.Text()).Contains(' ', StringComparison.Ordinal)
            ? $"{left.Text()} {right.Text()}"
            : throw merge.Refused("is no pair of texts");
    }

    /// <summary>The token that the post-processor puts before a text; null where it puts none.</summary>
    private static string? FirstOfTemplate(JsonField root)
    {
        if (root.Find("post_processor") is not { } processor)
        {
            return null;
        }

        return (processor.Find("processors")?.Items() ?? [processor])
            .Where(one => one.Text("type") == "TemplateProcessing")
            .Select(one => one.Find("single")?.Items().FirstOrDefault() is { IsObject: true } first && first.Find("SpecialToken") is { } token
                ? token.Text("id")
                : null)
            .FirstOrDefault(first => first is not null);
    }

    private void ReadConfig(JsonField config)
    {
        _beginsWithToken = config.Flag("add_bos_token") ?? _beginsWithToken;
        _begin = Named("bos_token") ?? _begin;
        _end = Named("eos_token");
        _padding = Named("pad_token");
        _template = config.Find("chat_template") switch
        {
            { IsText: true } template => template.Text(),
            { IsArray: true } templates => templates.Items().Where(one => one.Text("name") == "default").Select(one => one.Text("template")).FirstOrDefault(),
            _ => null,
        };

        int? Named(string field)
        {
            var text = config.Find(field) is { } token ? token.IsObject ? token.Text("content") : token.Text() : null;
            return text is not null && _added.TryGetValue(text, out var id) ? id : null;
        }
    }

    /// <summary>One number, or the first of several.</summary>
    private static int? FirstId(JsonField config, string field)
        => config.Find(field) switch
        {
            { IsNumber: true } id => id.Integer(),
            { IsArray: true } ids when ids.Items().Any() => ids.Items().First().Integer(),
            _ => null,
        };
}
