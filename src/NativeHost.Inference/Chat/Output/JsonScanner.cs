namespace NativeHost.Inference.Chat.Output;

/// <summary>Follows one JSON value character by character and knows where it ends.</summary>
internal sealed class JsonScanner
{
    // A deeper value is taken for a broken one.
    private const int MaxDepth = 256;

    private readonly Stack<char> _open = new();
    private State _state = State.Value;
    private int _left;
    private string _literal = "";
    private bool _isKey;

    private enum State
    {
        Value,
        FirstElement,
        FirstKey,
        Key,
        Colon,
        AfterValue,
        Text,
        Escape,
        Hex,
        Literal,
        Minus,
        Zero,
        Digits,
        Point,
        Fraction,
        Exponent,
        ExponentSign,
        ExponentDigits,
        Done,
    }

    /// <summary>Whether the value is whole, or would be if nothing followed: a number can always go on.</summary>
    public bool CanEnd => _open.Count == 0 && _state is (State.Done or State.Zero or State.Digits or State.Fraction or State.ExponentDigits);

    /// <summary>Whether the value ended with the last character.</summary>
    public bool IsDone => _state == State.Done;

    /// <summary>Whether the next character is one of a text's or a key's.</summary>
    public bool IsInText => _state == State.Text;

    /// <summary>Takes the next character.</summary>
    /// <returns>False if it is no part of the value: it stands behind it (<see cref="CanEnd"/>), or the value is broken here.</returns>
    public bool Accept(char c)
    {
        switch (_state)
        {
            case State.Text:
                return AcceptInText(c);
            case State.Escape:
                (_state, _left) = c == 'u' ? (State.Hex, 4) : (State.Text, 0);
                return c == 'u' || "\"\\/bfnrt".Contains(c);
            case State.Hex:
                _left--;
                _state = _left == 0 ? State.Text : State.Hex;
                return char.IsAsciiHexDigit(c);
            case State.Literal:
                return AcceptInLiteral(c);
            case >= State.Minus and <= State.ExponentDigits:
                return AcceptInNumber(c);
            case State.Done:
                return false;
            default:
                return c is ' ' or '\t' or '\n' or '\r' || AcceptBetween(c);
        }
    }

    private bool AcceptInText(char c)
    {
        switch (c)
        {
            case '"':
                if (_isKey)
                {
                    _state = State.Colon;
                }
                else
                {
                    EndValue();
                }

                return true;
            case '\\':
                _state = State.Escape;
                return true;
            default:
                // Models write line ends and tabs into texts as they are. JSON wants them escaped, which is not for this to say.
                return c >= ' ' || c is '\n' or '\r' or '\t';
        }
    }

    private bool AcceptInLiteral(char c)
    {
        if (c != _literal[_left])
        {
            return false;
        }

        _left++;
        if (_left == _literal.Length)
        {
            EndValue();
        }

        return true;
    }

    private bool AcceptInNumber(char c)
    {
        var isDigit = char.IsAsciiDigit(c);
        State? next = _state switch
        {
            State.Minus => c == '0' ? State.Zero : isDigit ? State.Digits : null,
            State.Zero or State.Digits or State.Fraction or State.ExponentDigits when isDigit && _state != State.Zero => _state,
            State.Zero or State.Digits when c == '.' => State.Point,
            State.Zero or State.Digits or State.Fraction when c is 'e' or 'E' => State.Exponent,
            State.Point => isDigit ? State.Fraction : null,
            State.Exponent => isDigit ? State.ExponentDigits : c is '+' or '-' ? State.ExponentSign : null,
            State.ExponentSign => isDigit ? State.ExponentDigits : null,
            _ => null,
        };
        if (next is { } state)
        {
            _state = state;
            return true;
        }

        if (_state is State.Minus or State.Point or State.Exponent or State.ExponentSign || _open.Count == 0)
        {
            return false;
        }

        EndValue();
        return Accept(c);
    }

    private bool AcceptBetween(char c)
    {
        switch (_state)
        {
            case State.FirstElement when c == ']':
            case State.FirstKey when c == '}':
                _open.Pop();
                EndValue();
                return true;
            case State.Value or State.FirstElement:
                return BeginValue(c);
            case State.FirstKey or State.Key when c == '"':
                (_state, _isKey) = (State.Text, true);
                return true;
            case State.Colon when c == ':':
                _state = State.Value;
                return true;
            case State.AfterValue when c == ',':
                _state = _open.Peek() == '{' ? State.Key : State.Value;
                return true;
            case State.AfterValue when c == (_open.Peek() == '{' ? '}' : ']'):
                _open.Pop();
                EndValue();
                return true;
            default:
                return false;
        }
    }

    private bool BeginValue(char c)
    {
        switch (c)
        {
            case '{' or '[' when _open.Count < MaxDepth:
                _open.Push(c);
                _state = c == '{' ? State.FirstKey : State.FirstElement;
                return true;
            case '"':
                (_state, _isKey) = (State.Text, false);
                return true;
            case 't' or 'f' or 'n':
                (_state, _literal, _left) = (State.Literal, c == 't' ? "true" : c == 'f' ? "false" : "null", 1);
                return true;
            case '-' or (>= '0' and <= '9'):
                _state = c == '-' ? State.Minus : c == '0' ? State.Zero : State.Digits;
                return true;
            default:
                return false;
        }
    }

    private void EndValue() => _state = _open.Count == 0 ? State.Done : State.AfterValue;
}
