using NativeHost.Messages;

namespace NativeHost.Actions.Embeddings;

/// <summary>What the requests about texts and their vectors have in common.</summary>
internal static class EmbeddingRequests
{
    /// <summary>Most texts of an answer that compares each with each.</summary>
    public const int MostCompared = 2000;

    /// <summary>What is wrong with a field.</summary>
    public static RequestException Invalid(string field, string problem)
        => new(ErrorCode.InvalidRequest, $"Invalid request: {field}: {problem}.") { Details = new ErrorDetails { Field = field } };

    /// <summary>The texts of a field.</summary>
    /// <exception cref="RequestException">One is null.</exception>
    public static IReadOnlyList<string> Texts(string field, IReadOnlyList<string?> texts)
        => texts.Contains(null) ? throw Invalid(field, "all of it are texts") : [.. texts.OfType<string>()];

    /// <summary>A number of a request.</summary>
    /// <exception cref="RequestException">It is out of its range.</exception>
    public static int Within(string field, int? number, int usual, int least, int most)
        => number is null ? usual : number >= least && number <= most ? number.Value : throw Invalid(field, $"it is from {least} to {most}");
}
