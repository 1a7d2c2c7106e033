using NativeHost.Messages;

namespace NativeHost.Actions.Embeddings;

/// <summary>What the requests about texts and their vectors have in common.</summary>
internal static class EmbeddingRequests
{
    /// <summary>Most texts of an answer that compares each with each.</summary>
    public const int MostCompared = 2000;

    /// <summary>Most texts of a request.</summary>
    public const int MostTexts = 10_000;

    /// <summary>Most documents of a request that tells the score of each, so that all of them fit one frame without their texts.</summary>
    public const int MostRanked = 4000;

    /// <summary>Most characters of a query: more than the models of today read of one.</summary>
    public const int MostQuery = 32_768;

    /// <summary>The texts of a field.</summary>
    /// <exception cref="RequestException">One is null, or there are too many.</exception>
    public static IReadOnlyList<string> Texts(string field, IReadOnlyList<string?> texts, int most = MostTexts)
        => texts.Count > most ? throw RequestFields.Invalid(field, $"there are at most {most:N0} of them, not {texts.Count:N0}; send them in several requests")
            : texts.Contains(null) ? throw RequestFields.Invalid(field, "all of it are texts")
            : [.. texts.OfType<string>()];

    /// <summary>What is asked or looked for, together with what is looked through.</summary>
    /// <exception cref="RequestException">One is empty, or the query is too long.</exception>
    public static string Query(string? query, IReadOnlyList<string> documents)
        => string.IsNullOrWhiteSpace(query) || documents.Count == 0 ? throw new RequestException(ErrorCode.InvalidRequest, "Query and documents required")
            : query.Length > MostQuery ? throw RequestFields.Invalid("query", $"it has at most {MostQuery:N0} characters, not {query.Length:N0}")
            : query;
}
