namespace NativeHost.Hardware.Planning;

/// <summary>What one sequence keeps in one recurrent layer.</summary>
internal static class RecurrentState
{
    /// <summary>The inputs that a convolution still has to see.</summary>
    public static long ConvolutionElements(ModelDimensions model)
    {
        checked
        {
            return model.ShortConvolutionLength > 0
                ? (long)model.Width * (model.ShortConvolutionLength - 1)
                : Math.Max(0L, model.ConvolutionLength - 1L) * ChannelsOf(model);
        }
    }

    /// <summary>Channels that pass through the convolution: the inner state's, and for Mamba 2 those of its two projections.</summary>
    public static long ChannelsOf(ModelDimensions model) => checked(model.InnerWidth + (2L * model.Groups * model.StateSize));

    public static long StateElements(ModelDimensions model) => checked((long)model.StateSize * model.InnerWidth);
}
