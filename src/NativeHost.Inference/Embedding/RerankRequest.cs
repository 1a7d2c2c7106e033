namespace NativeHost.Inference.Embedding;

/// <summary>Documents to be scored by how well they answer a query.</summary>
/// <param name="Documents">At least one.</param>
public sealed record RerankRequest(string Query, IReadOnlyList<string> Documents);

/// <summary>The scores of documents.</summary>
/// <param name="Scores">[documents], 0 to 1: the higher, the better.</param>
/// <param name="Outputs">[documents]: what the model itself put out, as it is: a logit, or of several classes the first one's.</param>
/// <param name="TokenCounts">[documents]: tokens that were computed, those of the query and of what joins the two included.</param>
/// <param name="Truncated">Which documents did not fit the context beside the query, and lost their ends: indexes, in order.</param>
public sealed record RerankResult(
    IReadOnlyList<double> Scores, IReadOnlyList<double> Outputs, IReadOnlyList<int> TokenCounts, IReadOnlyList<int> Truncated);

/// <summary>How a reranker wants a query and a document put together, and what it makes of them.</summary>
/// <param name="Begin">Before the query; null for nothing.</param>
/// <param name="Between">Between the two.</param>
/// <param name="End">Behind the document; null for nothing.</param>
/// <param name="Template">A text with <c>{query}</c> and <c>{document}</c> in their places, with control tokens written out; null where tokens do it.</param>
/// <param name="GivesProbabilities">Whether the outputs are probabilities already, and no logits.</param>
public sealed record PairForm(Token? Begin, IReadOnlyList<Token> Between, Token? End, string? Template, bool GivesProbabilities);
