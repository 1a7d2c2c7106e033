using System.Diagnostics;
using System.Globalization;
using NativeHost.Benchmarks.BrokerPath;
using NativeHost.Inference;
using NativeHost.Inference.Constraints;
using NativeHost.Inference.Sampling;

namespace NativeHost.Benchmarks.Constraints;

/// <summary>What a constraint adds to a step: the mask and the token's way through the automaton, for a text that a model could have written; and what it costs to compile.</summary>
internal sealed class ConstraintBench(ITokenizer tokenizer)
{
    private const int Blocks = 9;

    private const string Person = """
        {"type":"object","properties":{"name":{"type":"string","minLength":1,"maxLength":80},"born":{"type":"string","format":"date"},"height":{"type":"number","minimum":0.3,"maximum":2.8},
        "children":{"type":"integer","minimum":0,"maximum":20},"kind":{"enum":["poet","painter","engineer"]},"about":{"type":"string"},
        "works":{"type":"array","items":{"type":"object","properties":{"title":{"type":"string"},"year":{"type":"integer"},"tags":{"type":"array","items":{"type":"string"}}},"required":["title","year"]},"maxItems":10}},
        "required":["name","born","kind","works"]}
        """;

    private const string Text = """
        {"name": "Ada Lovelace", "born": "1815-12-10", "height": 1.65, "children": 3, "kind": "engineer",
         "about": "She was the first to see that a machine that computes with numbers could work with anything that numbers can stand for, such as music. Her notes on \"the engine\" are longer than the paper they belong to.\nМузыка, 数字, naïve café.",
         "works": [{"title": "Sketch of the Analytical Engine, with Notes", "year": 1843, "tags": ["mathematics", "computing", "translation"]},
          {"title": "Correspondence", "year": 1835}]}
        """;

    private readonly ConstraintCompiler _compiler = new(tokenizer);
    private readonly SamplingOptions _usual = new() { Seed = 1 };

    public void Run()
    {
        var started = Stopwatch.GetTimestamp();
        _compiler.Compile(new LiteralSpec("a"));
        Figures.Print($"reading a vocabulary of {tokenizer.VocabularySize:N0}, once, ms", Ms(started));

        started = Stopwatch.GetTimestamp();
        _compiler.Compile(Hundred(0));
        Figures.Print("schema of 100 properties, compiled for the first time, ms", Ms(started), "≤ 100");
        Figures.Print("the same later, ms", Block(i => _compiler.Compile(Hundred(i + 1)), 1000), "≤ 100");
        Figures.Print("schema of a person, compiled, ms", Block(i => _compiler.Compile(new JsonSchemaSpec(Person + new string(' ', i))), 1000));

        Measure("schema", new JsonSchemaSpec(Person), Text);
        Measure("any JSON", new JsonValueSpec(true), Text);
        Measure("pattern \\w+( \\w+){0,200}", new RegexSpec("\\w+( \\w+){0,200}"), string.Join(' ', Enumerable.Repeat("she was the first to see that a machine can work", 10)));
        Measure("free text until a tool call", new UntilSpec([new("<tool_call>", new JsonSchemaSpec(Person))], true), string.Join(' ', Enumerable.Repeat("She was the first to see that a machine can work.", 10)));
    }

    /// <summary>Follows a text, cold (nothing is known of the constraint) and warm, and times the sampler alone beside it.</summary>
    private void Measure(string name, ConstraintSpec spec, string text)
    {
        var tokens = new List<Token>();
        tokenizer.Tokenize(text, TextKind.Plain, tokens);
        var logits = new float[tokenizer.VocabularySize];
        var source = new float[tokenizer.VocabularySize];
        var random = new Random(1);
        for (var id = 0; id < source.Length; id++)
        {
            source[id] = 2.5f * (random.NextSingle() + random.NextSingle() + random.NextSingle() + random.NextSingle() - 2f);
        }

        var (colds, longest, warms, samplers, both) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var bare = new Sampler(_usual, new Candidates(source.Length), 4096, tokenizer);
        var candidates = new Candidates(source.Length);
        for (var block = 0; block < Blocks; block++)
        {
            // An empty part more makes another constraint, of which nothing is known yet.
            var constraint = _compiler.Compile(new SequenceSpec([spec, .. Enumerable.Repeat(new LiteralSpec(""), block)]));
            colds.Add(Follow(constraint, tokens, logits, source, out var most));
            longest.Add(most);
            warms.Add(Follow(constraint, tokens, logits, source, out _));
            double sum = 0, withMask = 0;
            var state = constraint.Start();
            foreach (var token in tokens)
            {
                source.CopyTo(logits, 0);
                var started = Stopwatch.GetTimestamp();
                bare.Next(logits);
                sum += Stopwatch.GetElapsedTime(started).TotalMicroseconds;

                var constrained = new Sampler(_usual, candidates, 4096, tokenizer, state.Copy());
                source.CopyTo(logits, 0);
                started = Stopwatch.GetTimestamp();
                constrained.Next(logits);
                withMask += Stopwatch.GetElapsedTime(started).TotalMicroseconds;
                state.Accept(token);
            }

            samplers.Add(sum / tokens.Count);
            both.Add(withMask / tokens.Count);
        }

        Figures.Print($"{name}, {tokens.Count} tokens: mask and accept, warm, µs a token", Text3(warms));
        Figures.Print($"{name}: cold, µs a token", Text3(colds));
        Figures.Print($"{name}: cold, the longest token, µs", Text3(longest));
        Figures.Print($"{name}: sampler alone, µs a token", Text3(samplers));
        Figures.Print($"{name}: sampler with the constraint, warm, µs a token", Text3(both));
    }

    private static double Follow(Constraint constraint, List<Token> tokens, float[] logits, float[] source, out double longest)
    {
        var state = constraint.Start();
        longest = 0;
        var sum = 0d;
        foreach (var token in tokens)
        {
            source.CopyTo(logits, 0);
            var started = Stopwatch.GetTimestamp();
            state.Apply(logits);
            if (!state.Accept(token))
            {
                throw new InvalidOperationException($"Token {token.Id} is not allowed.");
            }

            var elapsed = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            sum += elapsed;
            longest = Math.Max(longest, elapsed);
        }

        return sum / tokens.Count;
    }

    private static string Block(Action<int> action, double unit)
    {
        var times = new List<double>();
        for (var i = 0; i < Blocks; i++)
        {
            var started = Stopwatch.GetTimestamp();
            action(i);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds / unit);
        }

        return Text3(times);
    }

    private static string Ms(long started) => Stopwatch.GetElapsedTime(started).TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture);

    private static string Text3(List<double> values)
    {
        values.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{values[values.Count / 2]:F1} ({values[0]:F1} to {values[^1]:F1})");
    }

    private static JsonSchemaSpec Hundred(int number)
    {
        var properties = string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"p{i}\":{Kind(i)}"));
        return new JsonSchemaSpec($"{{\"type\":\"object\",\"title\":\"{number}\",\"required\":[\"p0\",\"p50\"],\"properties\":{{{properties}}}}}");
    }

    private static string Kind(int i) => (i % 10) switch
    {
        0 => "{\"type\":\"string\",\"maxLength\":100}",
        1 => "{\"type\":\"integer\",\"minimum\":-5,\"maximum\":1234567}",
        2 => "{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"maxItems\":8}",
        3 => "{\"enum\":[\"one\",\"two\",\"three\"]}",
        4 => "{\"type\":\"string\",\"format\":\"date-time\"}",
        5 => "{\"type\":\"number\"}",
        6 => "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"boolean\"}},\"required\":[\"a\"]}",
        7 => "{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"string\",\"pattern\":\"^[A-Z]{2}[0-9]{4}$\"}]}",
        8 => "{\"type\":\"boolean\"}",
        _ => "{\"type\":\"string\"}",
    };
}
