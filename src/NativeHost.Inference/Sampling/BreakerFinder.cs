using System.Text;

namespace NativeHost.Inference.Sampling;

/// <summary>Tells which tokens end a text that breaks repetitions, also where the text lies across several.</summary>
internal sealed class BreakerFinder
{
    private readonly ITokenizer _tokenizer;
    private readonly byte[][] _breakers;
    private readonly byte[] _text;
    private readonly byte[] _piece;

    // Bytes of the text before the next token that a breaker may begin in.
    private readonly int _most;
    private int _kept;

    public BreakerFinder(IReadOnlyList<string> breakers, ITokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _breakers = [.. breakers.Select(Encoding.UTF8.GetBytes)];
        _most = Math.Max(0, _breakers.Select(breaker => breaker.Length).DefaultIfEmpty(0).Max() - 1);
        _text = new byte[_most + tokenizer.MaxPieceBytes];
        _piece = new byte[tokenizer.MaxPieceBytes];
    }

    /// <summary>Whether a breaker lies within a token, wherever it comes.</summary>
    public bool IsIn(Token token)
    {
        ReadOnlySpan<byte> piece = _piece.AsSpan(0, _tokenizer.WritePiece(token, _piece));
        foreach (var breaker in _breakers)
        {
            if (piece.IndexOf(breaker) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Goes on by a token.</summary>
    /// <returns>Whether a breaker ends in it.</returns>
    public bool Ends(Token token)
    {
        var length = _kept + _tokenizer.WritePiece(token, _text.AsSpan(_kept));
        var ends = false;
        foreach (var breaker in _breakers)
        {
            // One that ends before the token was told with another.
            var from = Math.Max(0, _kept - breaker.Length + 1);
            ends |= _text.AsSpan(from, length - from).IndexOf(breaker) >= 0;
        }

        _kept = Math.Min(_most, length);
        _text.AsSpan(length - _kept, _kept).CopyTo(_text);
        return ends;
    }
}
