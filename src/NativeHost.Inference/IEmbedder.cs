namespace NativeHost.Inference;

/// <summary>The lower seam for models that compute embeddings: tokens in, one vector out.</summary>
/// <remarks>
/// Driven by one thread at a time. Nothing is remembered from one text to the next. Synchronous on purpose: an embedding is pure
/// computation.
/// </remarks>
public interface IEmbedder : IDisposable
{
    ModelCard Card { get; }

    ITokenizer Tokenizer { get; }

    /// <summary>The token that ends a text, where the model wants one there; null where it does not. The caller appends it.</summary>
    Token? EndOfText { get; }

    /// <summary>Numbers of a vector.</summary>
    int Dimensions { get; }

    /// <summary>Most tokens of a text, those that begin and end it included.</summary>
    int ContextTokens { get; }

    /// <summary>Threads that compute; may be set between texts.</summary>
    int Threads { get; set; }

    /// <summary>Computes the vector of one text.</summary>
    /// <param name="tokens">The whole text, with the tokens that the model wants before and behind it; at least one.</param>
    /// <param name="vector">[dimensions]: gets the vector, of length 1, so that the product of two is the cosine of their angle.</param>
    /// <param name="abort">Ends the computation early when raised, from any thread.</param>
    /// <returns>What happened. After anything but <see cref="StepOutcome.Done"/> the vector is as it was.</returns>
    /// <exception cref="ArgumentException">There are no tokens, one is not in the vocabulary, or the vector has another length.</exception>
    /// <exception cref="EngineException">The engine failed.</exception>
    StepOutcome Embed(ReadOnlySpan<Token> tokens, Span<float> vector, AbortSignal abort);
}
