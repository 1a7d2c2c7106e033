namespace NativeHost.Inference.Embedding;

/// <summary>The lower seam for models that compute embeddings, and for rerankers: tokens in, a vector for each text out.</summary>
/// <remarks>
/// Driven by one thread at a time. Nothing is remembered from one call to the next. Synchronous on purpose: an embedding is pure
/// computation.
/// </remarks>
public interface IEmbedder : IDisposable
{
    ModelCard Card { get; }

    ITokenizer Tokenizer { get; }

    /// <summary>The token that begins a text, where the model wants one there; null where it does not. The caller puts it there.</summary>
    Token? BeginOfText { get; }

    /// <summary>The token that ends a text, where the model wants one there; null where it does not. The caller appends it.</summary>
    Token? EndOfText { get; }

    /// <summary>Of a reranker, whose texts are pairs and whose vectors are the outputs of its head, as they are; null for what makes embeddings.</summary>
    PairForm? Pairs => null;

    /// <summary>Numbers of a vector.</summary>
    int Dimensions { get; }

    /// <summary>Most tokens of a text, those that begin and end it included.</summary>
    int ContextTokens { get; }

    /// <summary>Most texts of a call.</summary>
    int BatchTexts { get; }

    /// <summary>Most tokens of a call, of all its texts together; no less than <see cref="ContextTokens"/>.</summary>
    int BatchTokens { get; }

    /// <summary>Threads that compute; may be set between calls.</summary>
    int Threads { get; set; }

    /// <summary>Computes the vectors of some texts.</summary>
    /// <param name="tokens">The texts, one after the other, with the tokens that the model wants before and behind each.</param>
    /// <param name="lengths">[texts]: how many tokens each has; at least one.</param>
    /// <param name="vectors">[texts × dimensions]: gets the vectors, of length 1, so that the product of two is the cosine of their angle; not so a reranker's.</param>
    /// <param name="abort">Ends the computation early when raised, from any thread.</param>
    /// <returns>What happened. After anything but <see cref="StepOutcome.Done"/> nothing in <paramref name="vectors"/> is to be used.</returns>
    /// <exception cref="ArgumentException">
    /// There are no texts or too many, one has no tokens, a token is not in the vocabulary, or the lengths do not go together.
    /// </exception>
    /// <exception cref="EngineException">The engine failed.</exception>
    StepOutcome Embed(ReadOnlySpan<Token> tokens, ReadOnlySpan<int> lengths, Span<float> vectors, AbortSignal abort);
}
