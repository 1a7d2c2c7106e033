namespace NativeHost.Inference.Chat.Output;

/// <summary>A place in a text that still grows. What lies before it can be returned to until it is committed.</summary>
/// <remarks>
/// Readers are iterators: one that comes to the end of the text so far yields, and goes on where it was once there is more.
/// </remarks>
internal sealed class TextCursor
{
    private char[] _buffer = new char[256];
    private int _committed;
    private int _position;
    private int _length;

    // How many characters were dropped from the buffer's start.
    private long _dropped;

    /// <summary>Whether nothing will be appended any more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>What follows the place, so far.</summary>
    public ReadOnlySpan<char> Rest => _buffer.AsSpan(_position, _length - _position);

    /// <summary>Where it is, in characters since the start.</summary>
    public long Position => _dropped + _position;

    /// <summary>Whether the place is the end of all text.</summary>
    public bool IsAtEnd => HasEnded && _position == _length;

    public void Append(ReadOnlySpan<char> text)
    {
        if (_length + text.Length > _buffer.Length)
        {
            var kept = _length - _committed;
            var target = kept + text.Length > _buffer.Length / 2 ? new char[2 * (kept + text.Length)] : _buffer;
            _buffer.AsSpan(_committed, kept).CopyTo(target);
            _dropped += _committed;
            _position -= _committed;
            _length = kept;
            _committed = 0;
            _buffer = target;
        }

        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }

    public void End() => HasEnded = true;

    /// <summary>Whether there are fewer than <paramref name="count"/> characters and more may come.</summary>
    public bool Lacks(int count) => !HasEnded && _length - _position < count;

    /// <summary>Whether the text so far is the start of <paramref name="literal"/>, so that more must come to know.</summary>
    public bool MayStart(string literal) => Lacks(literal.Length) && literal.AsSpan().StartsWith(Rest);

    /// <summary>Goes behind <paramref name="literal"/> if it stands here.</summary>
    public bool TryTake(string literal)
    {
        if (!Rest.StartsWith(literal))
        {
            return false;
        }

        _position += literal.Length;
        return true;
    }

    /// <summary>Goes behind whitespace.</summary>
    /// <returns>True where more whitespace may come.</returns>
    public bool SkipsWhitespace()
    {
        var rest = Rest;
        var count = 0;
        while (count < rest.Length && char.IsWhiteSpace(rest[count]))
        {
            count++;
        }

        _position += count;
        return Lacks(1);
    }

    public void Advance(int count) => _position += count;

    /// <summary>The place that cannot be gone back behind.</summary>
    public long CommittedPosition => _dropped + _committed;

    /// <summary>Makes what lies before the place one that cannot be returned to.</summary>
    public void Commit() => _committed = _position;

    /// <summary>Goes back to a place that is not committed.</summary>
    public void Return(long position) => _position = (int)(position - _dropped);
}

/// <summary>What an iterator yields that needs more text, or the end of it, to go on.</summary>
internal readonly record struct NeedsText;
