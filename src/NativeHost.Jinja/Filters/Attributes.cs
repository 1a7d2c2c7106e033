using System.Globalization;
using NativeHost.Jinja.Evaluation;

namespace NativeHost.Jinja.Filters;

/// <summary>Finds what an attribute argument names: <c>"name"</c>, <c>"a.b"</c>, <c>0</c>.</summary>
internal static class Attributes
{
    /// <summary>Gives it for an element; undefined where a step is missing.</summary>
    public static Func<JinjaValue, JinjaValue> Getter(JinjaValue attribute)
    {
        if (attribute is not JinjaString path)
        {
            return item => Access.Element(item, attribute);
        }

        JinjaValue[] steps = Array.ConvertAll(path.Text.Split('.'), Step);
        return item =>
        {
            foreach (var step in steps)
            {
                item = item.IsUndefined ? item : Access.Element(item, step);
            }

            return item;
        };
    }

    private static JinjaValue Step(string name)
        => long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? new JinjaInteger(index) : JinjaString.Untrusted(name);
}
