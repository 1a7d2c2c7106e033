using NativeHost.Messages;

namespace NativeHost.Actions.Embeddings;

/// <summary>What the requests about texts and their vectors have in common.</summary>
internal static class EmbeddingRequests
{
    /// <summary>Most texts of an answer that compares each with each.</summary>
    public const int MostCompared = 2000;

    /// <summary>The texts of a field.</summary>
    /// <exception cref="RequestException">One is null.</exception>
    public static IReadOnlyList<string> Texts(string field, IReadOnlyList<string?> texts)
        => texts.Contains(null) ? throw RequestFields.Invalid(field, "all of it are texts") : [.. texts.OfType<string>()];
}
