using System.Globalization;

namespace NativeHost.CommandLine.Models;

/// <summary>Shows how far something is: on a screen in one line, elsewhere in a line for each tenth.</summary>
internal sealed class ProgressLine(Screen screen)
{
    private const int BarWidth = 24;
    private const int Tenths = 10;

    private int _toldTenths;

    /// <param name="doneBytes">Bytes that are done.</param>
    /// <param name="totalBytes">Of all.</param>
    /// <param name="more">What else there is to say; not too much, for a window is narrow.</param>
    public Task ShowAsync(long doneBytes, long totalBytes, string more)
    {
        var part = totalBytes == 0 ? 1 : (double)doneBytes / totalBytes;
        if (screen.IsLive)
        {
            return screen.DrawAsync(Line(part, doneBytes, totalBytes, more));
        }

        var tenths = (int)(part * Tenths);
        if (tenths <= _toldTenths)
        {
            return Task.CompletedTask;
        }

        _toldTenths = tenths;
        return screen.WriteLineAsync(Line(part, doneBytes, totalBytes, more));
    }

    private static string Line(double part, long doneBytes, long totalBytes, string more)
    {
        // Not full before it is.
        var filled = (int)(part * BarWidth);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[{new string('#', filled)}{new string('-', BarWidth - filled)}] {(int)(part * 100),3} %  {Done(doneBytes, totalBytes)}  {more}").TrimEnd();
    }

    /// <summary>"523 MB of 1.1 GB".</summary>
    private static string Done(long doneBytes, long totalBytes) => $"{Amounts.Bytes(doneBytes)} of {Amounts.Bytes(totalBytes)}";
}
