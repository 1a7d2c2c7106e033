namespace NativeHost.Inference.Embedding;

/// <summary>What models were trained to find before a text, which tells them what it is. No GGUF file says it.</summary>
/// <remarks>From the models' cards. A model that is not here gets its texts as they are.</remarks>
internal static class EmbeddingPrefixes
{
    private const string BgeQuery = "Represent this sentence for searching relevant passages: ";

    /// <summary>Part of a model's name, in small letters, and what it wants before queries, documents, and texts that are neither.</summary>
    private static readonly (string Name, string Query, string Document, string Similarity)[] All =
    [
        ("nomic-embed", "search_query: ", "search_document: ", "clustering: "),
        ("embeddinggemma", "task: search result | query: ", "title: none | text: ", "task: sentence similarity | query: "),
        ("embedding-gemma", "task: search result | query: ", "title: none | text: ", "task: sentence similarity | query: "),
        ("qwen3-embedding", "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:", "", ""),
        ("e5-", "query: ", "passage: ", "query: "),
        ("mxbai-embed", BgeQuery, "", ""),
        ("snowflake-arctic-embed-l-v2", "query: ", "", ""),
        ("snowflake-arctic-embed-m-v2", "query: ", "", ""),
        ("snowflake-arctic-embed", BgeQuery, "", ""),
        ("bge-m3", "", "", ""),
        ("bge-", BgeQuery, "", ""),
    ];

    public static string For(ModelCard card, EmbeddingPurpose purpose)
    {
        // Names are written with blanks or underscores as well.
        var name = (card.Name ?? "").Replace(' ', '-').Replace('_', '-');
        foreach (var known in All)
        {
            if (name.Contains(known.Name, StringComparison.OrdinalIgnoreCase))
            {
                return purpose switch
                {
                    EmbeddingPurpose.Query => known.Query,
                    EmbeddingPurpose.Document => known.Document,
                    _ => known.Similarity,
                };
            }
        }

        return "";
    }
}
