using System.Text;
using NativeHost.Inference.Constraints;
using NativeHost.Inference.Sampling;

namespace NativeHost.Inference.Tests.Constraints;

/// <summary>Texts under constraints: whether one is allowed, and such as a model without sense would write.</summary>
internal static class Constrained
{
    public const string Call = "[CALL]";

    /// <summary>Bytes, two control tokens, and words with borders at odd places.</summary>
    public static readonly ByteTokenizer Tokenizer = new(
        [ByteTokenizer.End, Call, "<think>"],
        ["\"a", "\":", "\",", "\", \"", "{\"", "\"}", "}]", "]}", "}}", " \"", ", ", ": ", "\n  ", "    ", "true", "false", "null", "12", "00", "-1", ".5", "ab", "abc", "ä", "é\"", "\u20AC", "𝄞", "\\n", "\\u00", "\\\"", "the ", "ing", "bc\"", "ab\\", "2024-"]);

    private const int MostTokens = 1_500;

    private static readonly ConstraintCompiler Compiler = new(Tokenizer);

    public static Constraint Compile(ConstraintSpec spec) => Compiler.Compile(spec);

    /// <summary>Whether a text is allowed as a whole, told byte by byte.</summary>
    public static bool Allows(ConstraintSpec spec, string text)
    {
        var state = Compile(spec).Start();
        return Encoding.UTF8.GetBytes(text).All(value => state.Accept(new Token(value))) && state.IsComplete;
    }

    /// <summary>Whether a text is the beginning of one that is allowed.</summary>
    public static bool Begins(ConstraintSpec spec, string text)
    {
        var state = Compile(spec).Start();
        return Encoding.UTF8.GetBytes(text).All(value => state.Accept(new Token(value)));
    }

    /// <summary>What random logits make of a constraint. Tokens that close something are likelier, and the longer the text, the more.</summary>
    /// <returns>Null where it was not complete after more than a thousand tokens.</returns>
    /// <param name="isJson">Whether quotes and brackets close something.</param>
    /// <param name="forbidden">Bytes that no token has.</param>
    public static string? Generate(Constraint constraint, int seed, bool isJson = true, Func<int, bool>? forbidden = null)
    {
        var random = new Random(seed);
        var state = constraint.Start();
        var sampler = new Sampler(new SamplingOptions { Temperature = 1f, TopK = 0, TopP = 1f, Seed = seed }, new Candidates(Tokenizer.VocabularySize), 100, Tokenizer, state);
        var text = new List<byte>();
        var logits = new float[Tokenizer.VocabularySize];
        var piece = new byte[16];
        for (var length = 0; !sampler.IsFinished; length++)
        {
            for (var id = 0; id < logits.Length; id++)
            {
                var bytes = Tokenizer.WritePiece(new Token(id), piece);
                var closes = !isJson || bytes != 1 ? 0 : piece[0] switch { (byte)'"' => 2, (byte)'}' or (byte)']' => 1, _ => 0 };
                closes = Tokenizer.EndsGeneration(new Token(id)) ? 2 : closes;
                logits[id] = (3f * random.NextSingle()) + (closes * (2f + (length / 40f)));
                logits[id] = forbidden?.Invoke(id) == true ? -1000f : logits[id];
            }

            var token = sampler.Next(logits);
            if (Tokenizer.EndsGeneration(token))
            {
                break;
            }

            text.AddRange(piece.AsSpan(0, Tokenizer.WritePiece(token, piece)));
            if (length > MostTokens)
            {
                return null;
            }
        }

        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. text]);
    }

    /// <summary>Compares the mask at a state with what each token by itself would do.</summary>
    /// <returns>The tokens that may come.</returns>
    public static List<Token> CheckMask(ConstraintState state)
    {
        var allowed = new List<Token>();
        var logits = new float[Tokenizer.VocabularySize];
        state.Apply(logits);
        for (var id = 0; id < logits.Length; id++)
        {
            var token = new Token(id);
            var accepts = state.Copy().Accept(token);
            Xunit.Assert.True(accepts == (logits[id] == 0f) && accepts == state.Allows(token), $"Token {id}: accepted {accepts}, mask {logits[id]}.");
            if (accepts)
            {
                allowed.Add(token);
            }
        }

        return allowed;
    }
}
