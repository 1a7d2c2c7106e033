using System.Globalization;
using System.Text;

namespace NativeHost.Inference.Chat.Output.Calls;

/// <summary>Takes the characters out of a JSON text that holds JSON itself, one after the other.</summary>
internal sealed class JsonTextDecoder
{
    private readonly JsonScanner _value = new();
    private readonly StringBuilder _escape = new();
    private bool _isOpen;
    private bool _isBroken;

    /// <summary>Whether what the text holds is one whole JSON value.</summary>
    public bool IsWholeValue => !_isBroken && _value.CanEnd;

    /// <summary>Takes a character of the text as it is written, its quotation marks among them.</summary>
    public void Accept(char c, StringBuilder output)
    {
        if (_escape.Length == 0 && c is '"' or '\\')
        {
            if (c == '\\' && _isOpen)
            {
                _escape.Append(c);
            }

            _isOpen = true;
            return;
        }

        if (_escape.Length == 0)
        {
            Write(c, output);
            return;
        }

        _escape.Append(c);
        if (_escape[1] == 'u' && _escape.Length < 6)
        {
            return;
        }

        Write(_escape[1] switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\b',
            'f' => '\f',
            'u' => (char)int.Parse(_escape.ToString(2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            var other => other,
        }, output);
        _escape.Clear();
    }

    private void Write(char c, StringBuilder output)
    {
        // Line ends inside texts were escaped twice by whoever did it right, and stand bare where not.
        if (_value.IsInText && c < ' ')
        {
            output.Append(CallWriter.Escaped([c]));
        }
        else
        {
            output.Append(c);
        }

        _isBroken |= !_isBroken && !_value.Accept(c) && !char.IsWhiteSpace(c);
    }
}
