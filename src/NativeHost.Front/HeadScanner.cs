using System.Text.Json;
using NativeHost.Messages;

namespace NativeHost.Front;

/// <summary>Finds a message's id, and whether it is final, in bytes that may come in pieces of any size.</summary>
/// <remarks>
/// It looks at the members of the outermost object only, keeps nothing but the id, and is content with anything: what is no JSON is
/// the broker's to refuse. Names that are written with escapes are not recognised.
/// </remarks>
internal sealed class HeadScanner
{
    /// <summary>Most bytes of an id as it stands in the message: 128, each written as an escape of six, and quotes.</summary>
    private const int MaxIdBytes = 6 * RequestId.MaxBytes + 2;

    private const int MaxNameBytes = 10;

    // Enough for the head of most messages of the broker's.
    private const int HeadBytes = 64;

    private readonly byte[] _name = new byte[MaxNameBytes];
    private readonly byte[] _id = new byte[MaxIdBytes];
    private int _nameLength;
    private int _idLength;
    private RequestId? _idBefore;
    private int _depth;
    private bool _isInString;
    private bool _isEscaped;
    private State _state;
    private bool _hasRoute;
    private bool _hasAction;

    private enum State
    {
        /// <summary>Where a member's name may begin.</summary>
        BeforeName,
        InName,

        /// <summary>Behind a name, or in a value that nobody asks for.</summary>
        InValue,

        /// <summary>Between the id's name and its value.</summary>
        BeforeId,
        InId,
    }

    /// <summary>Whether the message ends its request: it has a status, or says in the later envelope whether it is a success.</summary>
    public bool IsFinal { get; private set; }

    /// <summary>Whether the message is a request in the later envelope: it has a route, and no action.</summary>
    public bool IsLater => _hasRoute && !_hasAction;

    /// <summary>Whether nothing that comes could change what a message of the broker's says: ids stand first there.</summary>
    public bool HasSeenKind { get; private set; }

    /// <summary>Forgets the last message.</summary>
    public void Reset()
    {
        (_nameLength, _idLength, _depth, _isInString, _isEscaped, _state) = (0, 0, 0, false, false, State.BeforeName);
        (IsFinal, HasSeenKind, _hasRoute, _hasAction, _idBefore) = (false, false, false, false, null);
    }

    /// <summary>Looks at the next piece of the message.</summary>
    public void Scan(ReadOnlySpan<byte> piece)
    {
        foreach (var value in piece)
        {
            if (_isInString)
            {
                ScanString(value);
            }
            else
            {
                ScanStructure(value);
            }
        }
    }

    /// <summary>Looks at a whole message of the broker's, no further than it has to.</summary>
    public void ScanToKind(ReadOnlySpan<byte> message)
    {
        Reset();
        while (message.Length > 0 && !HasSeenKind)
        {
            var piece = Math.Min(message.Length, HeadBytes);
            Scan(message[..piece]);
            message = message[piece..];
        }
    }

    /// <summary>The id, the last of several that could be one; null where the message has none that could be echoed.</summary>
    public RequestId? ReadId() => ReadLastId() ?? _idBefore;

    private RequestId? ReadLastId()
    {
        if (_idLength is 0 or > MaxIdBytes)
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(_id.AsSpan(0, _idLength));
            reader.Read();
            return reader.TokenType == JsonTokenType.String ? new RequestId(reader.GetString(), 0)
                : reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? new RequestId(null, number)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private void ScanString(byte value)
    {
        if (!_isEscaped && value == '"')
        {
            _isInString = false;
            if (_state == State.InName)
            {
                EndName();
                return;
            }
        }
        else if (_state == State.InName)
        {
            Keep(_name, ref _nameLength, value);
        }

        _isEscaped = !_isEscaped && value == '\\';
        if (_state == State.InId)
        {
            Keep(_id, ref _idLength, value);
        }
    }

    private void ScanStructure(byte value)
    {
        switch (value)
        {
            case (byte)'"':
                _isInString = true;
                if (_depth == 1 && _state == State.BeforeName)
                {
                    (_state, _nameLength) = (State.InName, 0);
                }
                else if (_depth == 1 && _state == State.BeforeId)
                {
                    (_state, _idLength) = (State.InId, 0);
                    Keep(_id, ref _idLength, value);
                }

                break;

            case (byte)'{' or (byte)'[':
                _depth++;
                break;

            case (byte)'}' or (byte)']':
                _depth--;
                break;

            case (byte)',' when _depth == 1:
                _state = State.BeforeName;
                break;

            case (byte)':' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',':
                break;

            default:
                ScanBareValue(value);
                break;
        }
    }

    private void ScanBareValue(byte value)
    {
        if (_depth == 1 && _state == State.BeforeId)
        {
            (_state, _idLength) = (State.InId, 0);
        }

        if (_depth == 1 && _state == State.InId)
        {
            Keep(_id, ref _idLength, value);
        }
    }

    private void EndName()
    {
        var name = _nameLength <= MaxNameBytes ? _name.AsSpan(0, _nameLength) : [];
        var isId = name.SequenceEqual("requestId"u8) || name.SequenceEqual("request_id"u8) || name.SequenceEqual("id"u8);
        IsFinal |= name.SequenceEqual("status"u8) || name.SequenceEqual("success"u8);
        _hasRoute |= name.SequenceEqual("route"u8);
        _hasAction |= name.SequenceEqual("action"u8);
        HasSeenKind |= IsFinal || name.SequenceEqual("type"u8);
        _state = isId ? State.BeforeId : State.InValue;
        if (isId && _idLength > 0)
        {
            (_idBefore, _idLength) = (ReadId(), 0);
        }
    }

    /// <summary>Adds a byte; what does not fit is counted as one too many, and makes the whole void.</summary>
    private static void Keep(byte[] kept, ref int length, byte value)
    {
        if (length < kept.Length)
        {
            kept[length] = value;
        }

        length = Math.Min(length + 1, kept.Length + 1);
    }
}
